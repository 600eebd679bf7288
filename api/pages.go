package api

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"

	"roundsman"
	"roundsman/internal/fault"
	"roundsman/web"

	"github.com/gin-gonic/gin"
	swagger "github.com/swaggo/files/v2"
)

// mapLibrary is where the map's library is served. The version is part of it, so
// that browsers need not ask again.
const mapLibrary = "/map/maplibre-gl-6.17.0/"

// pages serves the front page, the contract with its reader, the map, and the errors. All
// of it is in the program: nothing is fetched from elsewhere.
func (s *server) pages(e *gin.Engine) error {
	own, err := fs.Sub(web.Pages, "page")
	if err != nil {
		return fmt.Errorf("read the pages: %w", err)
	}
	for address, f := range map[string]struct {
		in   fs.FS
		name string
	}{
		"/":                             {own, "index.html"},
		"/origin.js":                    {own, "origin.js"},
		"/style.css":                    {own, "style.css"},
		"/c":                            {own, "customer.html"},
		"/customer.js":                  {own, "customer.js"},
		"/map":                          {own, "map.html"},
		"/map.js":                       {own, "map.js"},
		"/map.css":                      {own, "map.css"},
		"/session.js":                   {own, "session.js"},
		"/address.js":                   {own, "address.js"},
		"/docs":                         {own, "docs.html"},
		"/docs.js":                      {own, "docs.js"},
		"/docs/ui/swagger-ui.css":       {swagger.FS, "swagger-ui.css"},
		"/docs/ui/swagger-ui-bundle.js": {swagger.FS, "swagger-ui-bundle.js"},
	} {
		b, err := fs.ReadFile(f.in, f.name)
		if err != nil {
			return fmt.Errorf("read page %s: %w", f.name, err)
		}
		serve(e, address, mime.TypeByExtension(path.Ext(f.name)), "no-cache", b)
	}
	for _, name := range []string{"maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css", "LICENSE.txt"} {
		b, err := fs.ReadFile(web.MapLibre, "maplibre/"+name)
		if err != nil {
			return fmt.Errorf("read the map's library: %w", err)
		}
		serve(e, mapLibrary+name, mime.TypeByExtension(path.Ext(name)), "public, max-age=31536000, immutable", b)
	}
	errors, err := errorsPage(own)
	if err != nil {
		return err
	}
	serve(e, "/docs/errors", "text/html; charset=utf-8", "no-cache", errors)
	serve(e, "/openapi.yaml", "application/yaml", "no-cache", roundsman.OpenAPI)
	return nil
}

func serve(e *gin.Engine, address, kind, cache string, b []byte) {
	h := func(c *gin.Context) {
		c.Header("Cache-Control", cache)
		c.Data(http.StatusOK, kind, b)
	}
	e.GET(address, h)
	e.HEAD(address, h)
}

// listedProblem is a code as the errors page lists it.
type listedProblem struct {
	Code   string
	Status int
	Title  string
	Text   string
}

// listProblems lists the codes that answers may have, by status and code.
func listProblems() []listedProblem {
	var out []listedProblem
	for code, p := range problemCodes {
		out = append(out, listedProblem{code, status(&fault.Error{Kind: p.Kind, Code: code}), p.Title, p.Text})
	}
	slices.SortFunc(out, func(a, b listedProblem) int {
		return cmp.Or(cmp.Compare(a.Status, b.Status), cmp.Compare(a.Code, b.Code))
	})
	return out
}

func errorsPage(in fs.FS) ([]byte, error) {
	t, err := template.ParseFS(in, "errors.html")
	if err != nil {
		return nil, fmt.Errorf("read the errors page: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, listProblems()); err != nil {
		return nil, fmt.Errorf("write the errors page: %w", err)
	}
	return b.Bytes(), nil
}
