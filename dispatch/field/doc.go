// Package field holds the use cases of the technician: the own round, what
// happens on it, the options shown to the customer with what each does to
// everyone, and the choice.
package field
