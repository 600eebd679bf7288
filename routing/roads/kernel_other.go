//go:build !amd64

package roads

// wideKernel gives none: there is none for this kind of processor yet.
func wideKernel() (kernel, bool) { return kernel{}, false }

// fastest is the kernel for one search.
func fastest() kernel { return plainKernel }

// nearestOf is nearestPlainly.
func nearestOf(lines []int32, s *spot, best float64) (square float64, at int) {
	return nearestPlainly(lines, s, best)
}

// fetch does nothing: lines come when they are looked at.
func fetch([]int32) {}

// fetch does nothing, either.
func (g *graph) fetch(uint32) {}

func (q *query) fetch(*position) {}
