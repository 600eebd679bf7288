package api

import (
	"strconv"
	"strings"

	"roundsman/internal/fault"
)

// etag names a version of a resource.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// matched reads the version that a change was made for. Codes:
// "if_match_missing", "version_stale" for what is no version of ours.
func matched(header *string) (int64, error) {
	if header == nil {
		return 0, fault.New(fault.MustMatch, "if_match_missing", "send If-Match with the ETag of what you read, so that nobody's change is lost")
	}
	text, ok := strings.CutPrefix(*header, `"`)
	text, closed := strings.CutSuffix(text, `"`)
	v, err := strconv.ParseInt(text, 10, 64)
	if !ok || !closed || err != nil || v < 1 || etag(v) != *header {
		return 0, fault.New(fault.Stale, "version_stale", "If-Match names no version of this; read it again and use its ETag")
	}
	return v, nil
}
