// Package contract is generated from openapi.yaml: the values that requests and
// answers are made of, and the interface that the api package implements.
package contract

//go:generate go tool -modfile=../../tools/go.mod oapi-codegen -config oapi.yaml ../../openapi.yaml
