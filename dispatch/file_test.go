package dispatch

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFileNamesAreCleaned(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"screen.png":              "screen.png",
		"../../etc/passwd":        "passwd",
		`C:\Users\bob\shot 1.jpg`: "shot 1.jpg",
		"a\r\nContent-Type: text": "aContent-Type_ text",
		"\u202egnp.exe":           "gnp.exe",
		`quote".txt`:              "quote_.txt",
		"...hidden ":              "hidden",
		"Drücker-Protokoll.pdf":   "Drücker-Protokoll.pdf",
		"bad\xff.txt":             "bad.txt",
	} {
		got, err := FileName(given)
		require.NoError(t, err, given)
		require.Equal(t, want, got, given)
	}
	long, err := FileName(strings.Repeat("ü", 200) + ".jpeg")
	require.NoError(t, err)
	require.LessOrEqual(t, len(long), 120)
	require.True(t, strings.HasSuffix(long, "ü.jpeg"), long)
	for _, given := range []string{"", "..", "/", "\x00\x01", " . "} {
		_, err := FileName(given)
		requireCode(t, "bad_file_name", err)
	}
}
