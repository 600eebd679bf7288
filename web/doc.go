// Package web holds the pages that the server serves, embedded in the program.
package web
