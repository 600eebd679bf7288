package roads

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"unsafe"
)

// flatWriter lays arrays of plain numbers one behind the other, each with its
// length before it and starting at a multiple of eight, in sections that have a
// checksum each. Nothing is copied on the way to w. The first error ends it.
type flatWriter struct {
	w        io.Writer
	n        uint64 // bytes written of the section at hand
	sum      uint32 // their checksum
	sections []section
	err      error
}

// section is what is known of one: its bytes, and their checksum.
type section struct {
	size, sum uint64
}

// end ends a section.
func (w *flatWriter) end() {
	w.sections = append(w.sections, section{w.n, uint64(w.sum)})
	w.n, w.sum = 0, 0
}

func (w *flatWriter) write(b []byte) {
	if w.err != nil || len(b) == 0 {
		return
	}
	_, w.err = w.w.Write(b)
	w.n += uint64(len(b))
	w.sum = crc32.Update(w.sum, castagnoli, b)
}

// put adds an array. T holds no pointers.
func put[T any](w *flatWriter, s []T) {
	w.write(binary.NativeEndian.AppendUint64(nil, uint64(len(s))))
	if len(s) > 0 {
		w.write(unsafe.Slice((*byte)(unsafe.Pointer(&s[0])), len(s)*int(unsafe.Sizeof(s[0]))))
	}
	w.write(make([]byte, -w.n&7))
}

// putTexts adds texts: all of them in one array, and where each one ends.
func putTexts(w *flatWriter, texts []string) {
	var all []byte
	ends := make([]uint32, len(texts))
	for i, t := range texts {
		all = append(all, t...)
		ends[i] = uint32(len(all))
	}
	put(w, all)
	put(w, ends)
}

var errFlat = errors.New("an array reaches past the end")

// flatReader gives the arrays back in the order they were put, without copying:
// they live in b, whose start must be aligned to eight bytes.
type flatReader struct {
	b       []byte
	err     error
	trusted bool // what is read needs no look at every number
}

// take gives the next array; it shares memory with the reader's.
func take[T any](r *flatReader) []T {
	var zero T
	if r.err != nil || len(r.b) < 8 {
		r.err = errFlat
		return nil
	}
	n := binary.NativeEndian.Uint64(r.b)
	r.b = r.b[8:]
	size := uint64(unsafe.Sizeof(zero))
	if n > uint64(len(r.b))/size {
		r.err = errFlat
		return nil
	}
	bytes := n * size
	padded := (bytes + 7) &^ 7
	if padded > uint64(len(r.b)) {
		r.err = errFlat
		return nil
	}
	var s []T
	if n > 0 {
		s = unsafe.Slice((*T)(unsafe.Pointer(&r.b[0])), n)
	}
	r.b = r.b[padded:]
	return s
}

// takeTexts gives texts; they share memory with the reader's, too.
func takeTexts(r *flatReader) []string {
	letters, ends := take[byte](r), take[uint32](r)
	all := unsafe.String(unsafe.SliceData(letters), len(letters))
	texts := make([]string, len(ends))
	from := uint32(0)
	for i, end := range ends {
		if end < from || end > uint32(len(all)) {
			r.err = errFlat
			return nil
		}
		texts[i] = all[from:end]
		from = end
	}
	return texts
}

// aligned gives room for n bytes that starts at a multiple of eight.
func aligned(n int) []byte {
	if n == 0 {
		return nil
	}
	words := make([]uint64, (n+7)/8)
	return unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), len(words)*8)[:n]
}
