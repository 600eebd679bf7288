//go:build !amd64

package roads

// widest is the only kind that is made use of on this kind of processor yet.
const widest = bits64

func kernelOf(registers) *kernel { return &plainKernel }

// nearestBy is nearestPlainly.
func nearestBy(_ registers, lines []int32, s *spot, best float64) (square float64, at int) {
	return nearestPlainly(lines, s, best)
}

// fetch does nothing: lines come when they are looked at.
func fetch([]int32) {}

// fetch does nothing, either.
func (g *graph) fetch(uint32) {}

func (q *query) fetch(*position) {}
