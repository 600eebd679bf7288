// Package client is a Go client of the API, generated from openapi.yaml.
package client

//go:generate go tool -modfile=../../tools/go.mod oapi-codegen -config oapi.yaml ../../openapi.yaml
