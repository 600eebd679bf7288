package main

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTargetsAreHeldAgainstFigures(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]figure{
		"MISSED ":           {value: 0.46, reach: 0.45, aim: 0.25},
		"met ":              {value: 0.45, reach: 0.45, aim: 0.25},
		"met, and the aim ": {value: 0.2, reach: 0.45, aim: 0.25},
		"":                  {value: 7, reach: none, aim: none},
	} {
		require.Equal(t, want, f.verdict())
	}
}

func TestSetsThatAreNotThereAreSkippedWithAWord(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	s := settings{data: t.TempDir(), seeds: 1, scale: 0.001}
	require.NoError(t, run(context.Background(), s, []string{"solomon", "threads", "day", "live"}, &out))
	require.Contains(t, out.String(), "skipped: ")
	require.Contains(t, out.String(), "no map")
	require.Contains(t, out.String(), "120 new visits into 40 rounds")
	require.ErrorContains(t, run(context.Background(), s, []string{"solomn"}, &out), "no part")
}
