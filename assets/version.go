package assets

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseVersion reads dotted numbers, such as "10.0.14393".
func ParseVersion(s string) ([]int, error) {
	var out []int
	for _, part := range strings.Split(s, ".") {
		n, err := strconv.ParseUint(part, 10, 31) // takes no sign
		if err != nil {
			return nil, fmt.Errorf("version %q", s)
		}
		out = append(out, int(n))
	}
	return out, nil
}

// CompareVersions orders dotted numbers; a missing part counts as 0, and what
// is no version comes before everything.
func CompareVersions(a, b string) int {
	x, _ := ParseVersion(a)
	y, _ := ParseVersion(b)
	for i := 0; i < max(len(x), len(y)); i++ {
		var m, n int
		if i < len(x) {
			m = x[i]
		}
		if i < len(y) {
			n = y[i]
		}
		if m != n {
			return m - n
		}
	}
	return 0
}
