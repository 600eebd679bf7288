package private

import (
	"bytes"
	"io"
	"os"
)

const (
	logLimit  = 16 << 20 // bytes; a longer log is put aside at the next start
	tailBytes = 4 << 10
	tailLines = 15
)

// journal is PostgreSQL's log, from where this run begins.
type journal struct {
	file  *os.File
	begin int64
}

func openJournal(path string) (*journal, error) {
	if info, err := os.Stat(path); err == nil && info.Size() > logLimit {
		if err := os.Rename(path, path+".old"); err != nil {
			return nil, closedTo(path, err)
		}
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return nil, closedTo(path, err)
	}
	begin, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		file.Close()
		return nil, closedTo(path, err)
	}
	return &journal{file, begin}, nil
}

// tail gives the last lines of this run.
func (j *journal) tail() string {
	info, err := j.file.Stat()
	if err != nil {
		return ""
	}
	from := max(j.begin, info.Size()-tailBytes)
	text, err := io.ReadAll(io.NewSectionReader(j.file, from, tailBytes))
	if err != nil {
		return ""
	}
	return tail(text)
}

func tail(text []byte) string {
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-tailLines):], []byte("\n")))
}
