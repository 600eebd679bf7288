package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/assets"
	"roundsman/internal/fault"
)

// ListItems lists hardware.
func (s *server) ListItems(ctx context.Context, r contract.ListItemsRequestObject) (contract.ListItemsResponseObject, error) {
	p := r.Params
	f := assets.Filter{
		ModelID: p.ModelID, Loaner: p.Loaner, Free: value(p.Free),
		States: each(p.State, func(t contract.ItemState) assets.State { return assets.State(t) }),
	}
	switch {
	case p.HolderID != nil && p.HolderKind != nil:
		f.Holder = &assets.Custodian{Kind: assets.CustodianKind(*p.HolderKind), ID: *p.HolderID}
	case p.HolderID != nil || p.HolderKind != nil:
		return nil, fault.New(fault.Invalid, "holder_incomplete", "holder_kind and holder_id go together; give both or neither").At("query/holder_id", "goes with holder_kind")
	}
	at := page(p.Limit, p.After)
	list, next, err := s.desk.Items(ctx, who(ctx), f, at.Limit, at.After)
	if err != nil {
		return nil, err
	}
	return contract.ListItems200JSONResponse{
		Body: contract.Items{Items: each(list, item)}, Headers: contract.ListItems200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// GetItem gives an item with its chain of custody and all that was done to it.
func (s *server) GetItem(ctx context.Context, r contract.GetItemRequestObject) (contract.GetItemResponseObject, error) {
	v, err := s.stock.Item(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetItem200JSONResponse{Body: itemDetail(v), Headers: contract.GetItem200ResponseHeaders{ETag: etag(v.Held.Item.Version)}}, nil
}

// ListModels lists the makes of hardware.
func (s *server) ListModels(ctx context.Context, r contract.ListModelsRequestObject) (contract.ListModelsResponseObject, error) {
	list, err := listed(ctx, value(r.Params.Retired), s.desk.Models, s.setup.Models().List)
	if err != nil {
		return nil, err
	}
	return contract.ListModels200JSONResponse{Items: each(list, model)}, nil
}

func item(h assets.Held) contract.Item {
	return contract.Item{
		ID: h.Item.ID, Model: model(h.Model), Tag: h.Item.Tag, Serial: h.Item.Serial, State: contract.ItemState(h.Item.State),
		OsName: h.Item.OSName, OsVersion: h.Item.OSVersion, Loaner: h.Item.Loaner, Wipe: contract.ItemWipe(h.Item.Wipe), Holder: holder(h.Holder), HeldSince: h.Since,
		ReservedFor: h.Reserved, Version: h.Item.Version,
	}
}

func model(m assets.Model) contract.Model {
	return contract.Model{ID: m.ID, Code: m.Code, Name: m.Name, Kind: contract.ModelKind(m.Kind), Class: m.Class,
		State: state(m.RetiredAt), Version: given(m.Version)}
}

func holder(c assets.Custodian) contract.Holder {
	return contract.Holder{Kind: contract.HolderKind(c.Kind), ID: c.ID}
}

func custody(c assets.Custody) contract.Custody {
	return contract.Custody{
		ID: c.ID, Holder: holder(assets.Custodian{Kind: c.CustodianKind, ID: c.CustodianID}), Since: c.Since, Until: c.Until,
		Reason: c.Reason, VisitID: c.VisitID, ActorID: c.ActorID,
	}
}
