//go:build unix && !linux

package roads

// populate has nothing to say here.
const populate = 0
