package roads

import "golang.org/x/sys/cpu"

//go:noescape
func pushRows(rows *lanes, from, n uint64, to *uint32, by *cost)

//go:noescape
func pullRows(rows, seeds *lanes, row, seed, first, to *uint32, by *cost, n uint64)

// wideKernel gives the one for registers of 512 bits; false where there are none.
func wideKernel() (kernel, bool) {
	return kernel{
		push: func(rows []lanes, from uint32, to []uint32, by []cost) {
			if len(to) > 0 {
				pushRows(&rows[0], uint64(from), uint64(len(to)), &to[0], &by[0])
			}
		},
		pull: func(rows, seeds []lanes, row, seed, first, to []uint32, by []cost) {
			if len(to) == 0 {
				pullPlainly(rows, seeds, row, seed, first, to, by)
				return
			}
			pullRows(&rows[0], &seeds[0], &row[0], &seed[0], &first[0], &to[0], &by[0], uint64(len(row)))
		},
	}, cpu.X86.HasAVX512F
}
