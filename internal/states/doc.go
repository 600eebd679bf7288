// Package states is how nouns say what may be done to them: one table a noun, of
// acts and of the states in which each is allowed. Use cases ask it before they
// write, and docs/states.md is written from it, so there is no second list.
package states
