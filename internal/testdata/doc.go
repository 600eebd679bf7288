// Package testdata finds real input for tests: files that are too large for the
// repository. A test that needs one which isn't there is skipped with a word.
package testdata
