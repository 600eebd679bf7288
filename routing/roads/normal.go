package roads

import (
	"math"
	"strings"
	"unicode"
)

// normal brings the name of a street or town to the form in which names are
// compared: lower case, without accents and signs, abbreviations written out,
// ordinals as numbers. "N. King St" and "north king street" are one.
func normal(text string) string { return strings.Join(normalWords(words(text)), " ") }

// words cuts a text into words of plain small letters and digits. A hyphen stays
// between digits ("203-06") and parts words elsewhere.
func words(text string) []string {
	var b strings.Builder
	runes := []rune(strings.ToLower(text))
	for i, r := range runes {
		switch plain, ok := unaccented[r]; {
		case ok:
			b.WriteString(plain)
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '-' && i > 0 && i+1 < len(runes) && digit(runes[i-1]) && digit(runes[i+1]):
			b.WriteRune(r)
		case r == '\'' || r == '’' || r == '.' || unicode.Is(unicode.Mn, r):
			// "O'Neill" is one word, and so is "U.S."
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

// normalWords writes out what is short for something.
func normalWords(list []string) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = w
		if long, ok := abbreviations[w]; ok {
			out[i] = long
		}
		if w == "st" || w == "saint" {
			// "St Mark's Place", but "King St" and "King St N".
			out[i] = "saint"
			if _, compass := compassWords[following(list, i)]; w == "st" && i > 0 && (i+1 == len(list) || compass) {
				out[i] = "street"
			}
		}
		if n := len(w) - 2; n > 0 && strings.Trim(w[:n], "0123456789") == "" {
			switch w[n:] {
			case "st", "nd", "rd", "th":
				out[i] = w[:n]
			}
		}
	}
	return out
}

func following(list []string, i int) string {
	if i+1 < len(list) {
		return list[i+1]
	}
	return ""
}

var compassWords = map[string]bool{
	"n": true, "s": true, "e": true, "w": true, "ne": true, "nw": true, "se": true, "sw": true,
	"north": true, "south": true, "east": true, "west": true,
	"northeast": true, "northwest": true, "southeast": true, "southwest": true,
}

var abbreviations = map[string]string{
	"n": "north", "s": "south", "e": "east", "w": "west",
	"ne": "northeast", "nw": "northwest", "se": "southeast", "sw": "southwest",
	"ave": "avenue", "av": "avenue", "rd": "road", "blvd": "boulevard", "dr": "drive", "ln": "lane",
	"ct": "court", "pl": "place", "pkwy": "parkway", "pky": "parkway", "hwy": "highway", "cir": "circle",
	"ter": "terrace", "terr": "terrace", "tpke": "turnpike", "tpk": "turnpike", "sq": "square",
	"expy": "expressway", "expwy": "expressway", "fwy": "freeway", "rt": "route", "rte": "route",
	"mt": "mount", "ft": "fort", "aly": "alley", "plz": "plaza", "xing": "crossing", "trl": "trail",
	"str": "strasse", "r": "rua", "bd": "boulevard", "che": "chemin",
}

var unaccented = func() map[rune]string {
	m := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'þ': "th", 'ð': "d"}
	for plain, accented := range map[string]string{
		"a": "àáâãäåāăą", "c": "çćĉċč", "d": "ď", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥħ", "i": "ìíîïĩīĭįı",
		"j": "ĵ", "k": "ķ", "l": "ĺļľ", "n": "ñńņň", "o": "òóôõöōŏő", "r": "ŕŗř", "s": "śŝşšș", "t": "ţťț",
		"u": "ùúûüũūŭůűų", "w": "ŵ", "y": "ýÿŷ", "z": "źżž",
	} {
		for _, r := range accented {
			m[r] = plain
		}
	}
	return m
}()

// likeness tells how alike two names are, from 0 to 1: one less the share of
// letters that must be changed, put in, left out or swapped with their
// neighbour. It is 0 where that is below least, which saves most of the work.
func likeness(a, b string, least float64) float64 {
	longest := max(len(a), len(b))
	if longest == 0 {
		return 1
	}
	allowed := longest - int(math.Ceil(least*float64(longest)-1e-9)) // changes allowed
	if len(a)-len(b) > allowed || len(b)-len(a) > allowed {
		return 0
	}
	const most = 64
	if len(a) > most || len(b) > most {
		a, b = a[:min(len(a), most)], b[:min(len(b), most)]
	}
	var rows [3][most + 1]uint8
	before, last, now := &rows[0], &rows[1], &rows[2]
	lowest := uint8(0) // of the row before
	for j := range len(b) + 1 {
		last[j] = uint8(j)
	}
	for i := range len(a) {
		now[0] = uint8(i + 1)
		fewest := now[0]
		for j := range len(b) {
			d := last[j]
			if a[i] != b[j] {
				d++
			}
			d = min(d, last[j+1]+1, now[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, before[j-1]+1)
			}
			now[j+1] = d
			fewest = min(fewest, d)
		}
		if int(min(fewest, lowest)) > allowed { // a swap reaches over one row
			return 0
		}
		lowest = fewest
		before, last, now = last, now, before
	}
	if int(last[len(b)]) > allowed {
		return 0
	}
	return 1 - float64(last[len(b)])/float64(longest)
}
