// The reader shows no rights of its own accord: each operation says them here.
function showRights(spec) {
  for (const path of Object.values(spec.paths ?? {})) {
    for (const operation of Object.values(path)) {
      const rights = (operation.security ?? []).flatMap((s) => s.session ?? []);
      const wanted = rights.length ? 'Right: ' + rights.map((r) => '`' + r + '`').join(', ')
        : operation.security?.length ? 'For everybody who has signed in.' : 'For everybody.';
      operation.description = [operation.description, wanted].filter(Boolean).join('\n\n');
    }
  }
  return spec;
}

window.ui = SwaggerUIBundle({
  url: '/openapi.yaml',
  dom_id: '#contract',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: null,
  plugins: [() => ({
    statePlugins: { spec: { wrapActions: { updateJsonSpec: (update) => (spec) => update(showRights(spec)) } } },
  })],
});
