// Package accesstest keeps accounts and sessions in memory, for tests that are
// not about the database.
package accesstest
