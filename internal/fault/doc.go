// Package fault is the one error type of the program. A fault says what kind of
// thing went wrong, carries a stable code that clients may act on, and words for
// the reader of the answer, who must learn from it what to do next.
//
// It knows nothing of HTTP: package api translates kinds to status numbers.
package fault
