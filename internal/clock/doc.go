// Package clock says what time it is in the domain. Use cases get a clock when
// they are made, read it once, and pass the instant down.
package clock
