// Package archtest has no code, only tests: they hold the rules about the tree
// as a whole that no compiler knows. What may import what (imports_test.go),
// where a technology has its home (homes_test.go), what code never does
// (code_test.go), how packages and files look (shape_test.go), and words that
// have no business here (words_test.go).
//
// A rule is a function from a tree to what it finds wrong. It runs on the
// repository, where it must find nothing, and on small made-up trees that break
// it, where it must find exactly that.
//
// Whoever needs an exception adds it to the rule's list, with the reason.
// docs/decisions tells why the table is drawn as it is.
package archtest
