package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestQuantile(t *testing.T) {
	t.Parallel()
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	require.EqualValues(t, 50, quantile(hundred, 0.5), "fifty values are not above it")
	require.EqualValues(t, 99, quantile(hundred, 0.99))
	require.EqualValues(t, 7, quantile([]time.Duration{7}, 0.5))
	require.EqualValues(t, 9, quantile([]time.Duration{7, 9}, 0.99))
}
