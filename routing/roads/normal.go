package roads

import (
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
