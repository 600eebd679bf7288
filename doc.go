// Package roundsman holds the contract that the server keeps and serves.
package roundsman
