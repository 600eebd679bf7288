package assets

import "strings"

// words writes a code as people do.
func words(code string) string { return strings.ReplaceAll(code, "_", " ") }

// oneOf says a choice of states: "in stock, in kit or in use".
func oneOf(list []State) string {
	var b strings.Builder
	for i, s := range list {
		switch {
		case i > 0 && i == len(list)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(words(string(s)))
	}
	return b.String()
}
