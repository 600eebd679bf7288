package story_test

import (
	"bytes"
	"testing"

	"roundsman/internal/story"

	"github.com/stretchr/testify/require"
)

func TestDurationsInWords(t *testing.T) {
	t.Parallel()
	for iso, want := range map[string]string{
		"PT2H": "2 h", "PT1H30M": "1 h 30 min", "PT30M": "30 min", "PT19M12S": "19 min", "PT40S": "40 s", "PT0S": "0 min", "P1D": "P1D",
	} {
		require.Equal(t, want, story.Minutes(iso), iso)
	}
}

func TestColumnsAreAsWideAsTheirLongestCell(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	story.NewPage(&out, false).Table([]string{"who", "kept in"}, [][]string{{"Zoë", "97 %"}, {"Thomas O'Leary", "100 % → 91 %"}})
	require.Equal(t, ""+
		"     who             kept in\n"+
		"     Zoë             97 %\n"+
		"     Thomas O'Leary  100 % → 91 %\n", out.String())
}

func TestPhoneNumbersAsADisplayShowsThem(t *testing.T) {
	t.Parallel()
	require.Equal(t, "302/555 52 54", story.Odd("+13025555254"))
	require.Equal(t, "+4930123", story.Odd("+4930123"))
}

func TestTheNextPageOfALinkHeader(t *testing.T) {
	t.Parallel()
	require.Equal(t, "abc=", story.NextPage(`</v1/promises?after=abc%3D&limit=200>; rel="next"`))
	require.Empty(t, story.NextPage(`</v1/promises?after=abc>; rel="prev"`))
	require.Empty(t, story.NextPage(""))
}
