package csvfile

import (
	"regexp"
	"strings"
)

// begins are the characters with which a spreadsheet begins to compute, or loses
// the beginning of a cell.
const begins = "=+-@\t\r"

// below is a number below nothing, which no spreadsheet takes for a formula.
var below = regexp.MustCompile(`^-[0-9]+(\.[0-9]+)?$`)

// formula says whether a spreadsheet might compute the cell, with however many
// apostrophes before it.
func formula(cell string) bool {
	bare := strings.TrimLeft(cell, "'")
	return bare != "" && strings.ContainsRune(begins, rune(bare[0]))
}

// Neutral gives a cell in the form in which no spreadsheet computes it.
func Neutral(cell string) string {
	if formula(cell) && !below.MatchString(cell) {
		return "'" + cell
	}
	return cell
}

// Plain gives a cell as it was before Neutral.
func Plain(cell string) string {
	if strings.HasPrefix(cell, "'") && formula(cell) {
		return cell[1:]
	}
	return cell
}
