package dispatch

import (
	"context"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// LargestFile is how many bytes a file may have.
const LargestFile = 5 << 20

// longestName is how many bytes a file's name may have.
const longestName = 120

// File is what was attached to a ticket: a photo, a log, a mail.
type File struct {
	ID        ids.ID
	TicketID  ids.ID
	Name      string // cleaned, see FileName
	MediaType string // as the bytes say
	Size      int64
	SHA256    []byte
	AddedBy   ids.ID
	At        time.Time
}

// Files of tickets.
type Files interface {
	AddFile(ctx context.Context, f File, content []byte) error
	// ListFiles gives a ticket's files, newest first.
	ListFiles(ctx context.Context, ticket ids.ID, p Page) (list []File, next string, err error)
	File(ctx context.Context, id ids.ID) (File, []byte, error)
}

// FileName cleans the name that a sender gives a file: without folders, control
// and direction characters, and what a shell, a header or Windows reads as
// something else; at most 120 bytes, with its ending kept. Code: "bad_file_name"
// when nothing is left.
func FileName(given string) (string, error) {
	name := path.Base(strings.ReplaceAll(strings.ToValidUTF8(given, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(`"*/:<>?|;%$`+"`", r):
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	if name == "" || name == "_" {
		return "", fault.New(fault.Invalid, "bad_file_name", "nothing is left of this name but signs that may not be in one; give the file another").At("/name", "is no name for a file")
	}
	ending := path.Ext(name)
	if len(ending) > 12 {
		ending = ""
	}
	stem := strings.TrimSuffix(name, ending)
	for len(stem)+len(ending) > longestName {
		_, n := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-n]
	}
	return strings.TrimRight(stem, " ") + ending, nil
}
