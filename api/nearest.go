package api

import (
	"slices"
	"strings"
)

// wordUnknown says that nobody knows a name, and which of the known ones was
// probably meant.
func wordUnknown(name string, known []string) string {
	if near, ok := nearest(name, known); ok {
		return "is not known here; did you mean " + near + "?"
	}
	return "is not known here"
}

// nearest gives the known name that is the fewest slips away from the given one,
// the first in the alphabet of several. How names are joined and whether letters are
// small is no slip. More than one in three letters is another word.
func nearest(name string, known []string) (near string, ok bool) {
	plain := plainName(name)
	best := len(plain)/3 + 1
	for _, k := range slices.Sorted(slices.Values(known)) {
		if n := slips(plain, plainName(k), best); n < best {
			near, best, ok = k, n, true
		}
	}
	return near, ok
}

var nameJoints = strings.NewReplacer("_", "", "-", "")

func plainName(s string) string { return strings.ToLower(nameJoints.Replace(s)) }

// slips counts the bytes to insert, leave out, exchange or swap with their neighbour
// until a is b (optimal string alignment). It stops counting at most, so that a name
// of a megabyte costs nothing.
func slips(a, b string, most int) int {
	if max(len(a)-len(b), len(b)-len(a)) >= most {
		return most
	}
	above, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			exchange := last[j-1]
			if a[i-1] != b[j-1] {
				exchange++
			}
			row[j] = min(exchange, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], above[j-2]+1)
			}
		}
		above, last, row = last, row, above
	}
	return min(last[len(b)], most)
}
