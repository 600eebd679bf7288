// Package access says who may do what: principals, roles, scopes, accounts and
// sessions. A role grants scopes; an operation of the contract names the scopes
// it wants; rows follow the scope that let somebody in.
package access
