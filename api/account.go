package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/internal/access"
)

// ListAccounts gives accounts by login.
func (s *server) ListAccounts(ctx context.Context, r contract.ListAccountsRequestObject) (contract.ListAccountsResponseObject, error) {
	p := long(r.Params.Limit, r.Params.After)
	list, next, err := s.access.Accounts(ctx, who(ctx), p.After, p.Limit)
	if err != nil {
		return nil, err
	}
	return contract.ListAccounts200JSONResponse{
		Body: contract.Accounts{Items: each(list, account)}, Headers: contract.ListAccounts200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// AddAccount makes an account.
func (s *server) AddAccount(ctx context.Context, r contract.AddAccountRequestObject) (contract.AddAccountResponseObject, error) {
	b := r.Body
	a, err := s.access.AddAccount(ctx, who(ctx), access.NewAccount{
		ID: b.ID, Login: b.Login, Name: b.Name, SpokenName: value(b.SpokenName), TechnicianID: b.TechnicianID,
		Roles:   each(b.Roles, func(r contract.Role) access.Role { return access.Role(r) }),
		Service: value(b.Service), Password: b.Password,
	})
	if err != nil {
		return nil, err
	}
	return contract.AddAccount201JSONResponse(account(a)), nil
}

// GetAccount gives an account.
func (s *server) GetAccount(ctx context.Context, r contract.GetAccountRequestObject) (contract.GetAccountResponseObject, error) {
	a, err := s.access.Account(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetAccount200JSONResponse{Body: account(a), Headers: contract.GetAccount200ResponseHeaders{ETag: etag(a.Version)}}, nil
}

// ChangeAccount changes an account.
func (s *server) ChangeAccount(ctx context.Context, r contract.ChangeAccountRequestObject) (contract.ChangeAccountResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	b := r.Body
	c := access.AccountChange{Name: b.Name, SpokenName: b.SpokenName, TechnicianID: b.TechnicianID, Disabled: b.Disabled, Password: b.Password}
	if b.Roles != nil {
		c.Roles = each(b.Roles, func(r contract.Role) access.Role { return access.Role(r) })
	}
	a, err := s.access.ChangeAccount(ctx, who(ctx), r.ID, version, c)
	if err != nil {
		return nil, err
	}
	return contract.ChangeAccount200JSONResponse{Body: account(a), Headers: contract.ChangeAccount200ResponseHeaders{ETag: etag(a.Version)}}, nil
}

// RevokeAccount ends every session of an account.
func (s *server) RevokeAccount(ctx context.Context, r contract.RevokeAccountRequestObject) (contract.RevokeAccountResponseObject, error) {
	if err := s.access.Revoke(ctx, who(ctx), r.ID); err != nil {
		return nil, err
	}
	return contract.RevokeAccount204Response{}, nil
}

func account(a access.Account) contract.Account {
	return contract.Account{
		ID: a.ID, Login: a.Login, Name: a.Name, SpokenName: a.SpokenName, Roles: each(a.Roles, role), TechnicianID: a.TechnicianID,
		Service: a.Service, Disabled: a.Disabled, Demo: a.Demo, CreatedAt: a.CreatedAt,
	}
}
