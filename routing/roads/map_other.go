//go:build !unix

package roads

import (
	"io"
	"os"
)

// mapped gives the bytes of a file.
func mapped(f *os.File, size int) (b []byte, letGo func(), err error) {
	b = aligned(size)
	_, err = io.ReadFull(f, b)
	return b, func() {}, err
}
