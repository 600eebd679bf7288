// Package roundsman holds the contract that the server keeps and serves.
package roundsman

import _ "embed"

// OpenAPI is openapi.yaml.
//
//go:embed openapi.yaml
var OpenAPI []byte
