// Package ids makes the identifiers of everything: UUID version 7, which sort
// by the time they were made.
package ids
