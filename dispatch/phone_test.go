package dispatch

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPhonesAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ raw, country, want string }{
		{"(302) 555-0142", "US", "+13025550142"},
		{"302/555 0142", "US", "+13025550142"},
		{"0302 555 0142", "US", "+13025550142"},
		{"302-555-0142 x77", "US", "+13025550142"},
		{"+1 302 555 0142", "DE", "+13025550142"},
		{"001 302 555 0142", "DE", "+13025550142"},
		{"030/901820", "DE", "+4930901820"},
		{"0049 30 901820", "US", "+4930901820"},
		{"(02) 9374 4000", "AU", "+61293744000"},
		{"77", "US", ""},
		{"ask Gil", "US", ""},
		{"", "US", ""},
		{"302 555 0142", "XX", ""},
	} {
		got, ok := Phone(c.raw, c.country)
		require.Equal(t, c.want, got, "%s in %s", c.raw, c.country)
		require.Equal(t, c.want != "", ok, "%s in %s", c.raw, c.country)
	}
	require.True(t, Country("DE"))
	require.False(t, Country("de"))
	require.False(t, Country("XX"))
}
