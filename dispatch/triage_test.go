package dispatch

import (
	"testing"
	"time"

	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

// Each number can be followed by hand: a word is worth 2 in a template's own symptoms
// and 1 in its name, shared among the templates that know it.
func TestSuggestionsFollowTheWords(t *testing.T) {
	t.Parallel()
	kind := func(code, name string, symptoms ...string) Template {
		return Template{ID: ids.New(), Code: code, Name: name, Category: "it", Symptoms: symptoms}
	}
	printer := kind("printer_fault", "Printer fault", "blank pages")
	toner := kind("toner", "Toner for a printer")
	virus := kind("virus", "Virus clean-up", "pop-ups ask for money")
	gone := time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC)
	retired := kind("old", "Printer of old")
	retired.RetiredAt = &gone
	list := []Template{virus, toner, printer, retired, {ID: UnclassifiedID, Name: "Printer pages"}}
	for told, want := range map[string][]string{
		"":                                nil,
		"it is so":                        nil,                                 // words of two letters say nothing
		"The PRINTER!":                    {"printer_fault", "toner"},          // 1/2 each: by code
		"printing gives blank pages":      {"printer_fault", "toner"},          // 1/2 + 2 + 2 before 1/2
		"money for the printer":           {"virus", "toner", "printer_fault"}, // 2 + 2/2; 1/2 + 1/2 (for); 1/2
		"something else entirely, please": nil,
	} {
		var got []string
		for _, s := range Suggest(told, list) {
			got = append(got, s.Template.Code)
		}
		require.Equal(t, want, got, told)
	}
	require.Equal(t, []string{"printing", "blank", "pages"}, Suggest("Printing: blank, blank pages", list)[0].Words)
}
