package dispatch

// Subject is what stands above a letter of a kind, in the person's language.
func Subject(_, _ string) string { return "News about your visit" }
