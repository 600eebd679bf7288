//go:build !amd64

package roads

// wideKernel gives none: there is none for this kind of processor yet.
func wideKernel() (kernel, bool) { return kernel{}, false }
