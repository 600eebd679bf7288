package dispatch

import (
	"testing"

	"roundsman/internal/fault"

	"github.com/stretchr/testify/require"
)

// requireCode wants a fault of that code that tells its reader something.
func requireCode(t *testing.T, code string, err error) *fault.Error {
	t.Helper()
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Equal(t, code, f.Code)
	require.NotEmpty(t, f.Message)
	return f
}
