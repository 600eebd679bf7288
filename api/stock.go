package api

import (
	"context"
	"encoding/hex"
	"net/http"

	"roundsman/api/contract"
	"roundsman/assets"
	"roundsman/dispatch/stock"
	"roundsman/internal/ids"
)

// itemActed carries an act out on an item that is at the version of If-Match, and
// answers with the item and its tag as the operation's own type, which write
// writes.
func itemActed[R any](ctx context.Context, s *server, id ids.ID, match *string, o stock.Order, write func(R, http.ResponseWriter) error, answer func(contract.Item, string) R) (R, error) {
	of := func(h assets.Held) R { return answer(item(h), etag(h.Item.Version)) }
	ctx = keep(ctx, func(h assets.Held) visit {
		return func(w http.ResponseWriter) error { return write(of(h), w) }
	})
	version, err := matched(match)
	if err != nil {
		return *new(R), err
	}
	h, err := s.stock.Do(ctx, who(ctx), id, version, o)
	if err != nil {
		return *new(R), err
	}
	return of(h), nil
}

// ReceiveDelivery receives new hardware into a depot.
func (s *server) ReceiveDelivery(ctx context.Context, r contract.ReceiveDeliveryRequestObject) (contract.ReceiveDeliveryResponseObject, error) {
	b := r.Body
	answer := func(list []assets.Held) contract.ReceiveDelivery201JSONResponse {
		return contract.ReceiveDelivery201JSONResponse{Items: each(list, item)}
	}
	ctx = keep(ctx, func(list []assets.Held) visit { return answer(list).VisitReceiveDeliveryResponse })
	list, err := s.stock.Receive(ctx, who(ctx), stock.Delivery{DepotID: r.ID, Reference: value(b.Reference),
		Items: each(b.Items, func(n contract.DeliveredItem) stock.NewItem {
			return stock.NewItem{ID: n.ID, ModelID: n.ModelID, Tag: n.Tag, Serial: n.Serial, OSName: n.OsName, OSVersion: n.OsVersion, Loaner: value(n.Loaner)}
		})})
	if err != nil {
		return nil, err
	}
	return answer(list), nil
}

// ListExpected lists what is on its way to a depot.
func (s *server) ListExpected(ctx context.Context, r contract.ListExpectedRequestObject) (contract.ListExpectedResponseObject, error) {
	list, err := s.stock.Expected(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.ListExpected200JSONResponse{Items: each(list, depotTransfer)}, nil
}

// TakeStock counts what lies in a depot.
func (s *server) TakeStock(ctx context.Context, r contract.TakeStockRequestObject) (contract.TakeStockResponseObject, error) {
	answer := func(v stock.CountView) contract.TakeStock200JSONResponse {
		return contract.TakeStock200JSONResponse(stockTake(v))
	}
	c := stock.Count{DepotID: r.ID, Tags: r.Body.Tags, Reason: r.Body.Reason, DryRun: value(r.Params.DryRun)}
	if c.DryRun {
		ctx = noAct(ctx)
	} else {
		ctx = keep(ctx, func(v stock.CountView) visit { return answer(v).VisitTakeStockResponse })
	}
	v, err := s.stock.Count(ctx, who(ctx), c)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// ListHoldings lists what somebody answers for.
func (s *server) ListHoldings(ctx context.Context, r contract.ListHoldingsRequestObject) (contract.ListHoldingsResponseObject, error) {
	list, next, err := s.stock.Holdings(ctx, who(ctx), assets.Custodian{Kind: assets.CustodianKind(r.Kind), ID: r.ID}, page(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	return contract.ListHoldings200JSONResponse{
		Body: contract.Holdings{Items: each(list, holding)}, Headers: contract.ListHoldings200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// GetProof gives the bytes that a side of a handover left.
func (s *server) GetProof(ctx context.Context, r contract.GetProofRequestObject) (contract.GetProofResponseObject, error) {
	p, content, err := s.stock.Proof(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetProof200JSONResponse{ID: p.ID, MediaType: value(p.MediaType), Sha256: hex.EncodeToString(p.Hash), Content: content}, nil
}

func stockTake(v stock.CountView) contract.StockTake {
	return contract.StockTake{ID: v.Take.ID, DepotID: v.Take.DepotID, At: v.Take.At, Counted: v.Take.Counted, Settled: v.Take.Settled,
		Unknown: each(v.Take.Unknown, same), Differences: each(v.Differences, func(d stock.Difference) contract.StockDifference {
			return contract.StockDifference{Kind: contract.StockDifferenceKind(d.Kind), Settled: d.Settled, Item: item(d.Item)}
		})}
}

func depot(id ids.ID) *assets.Custodian { return &assets.Custodian{Kind: assets.Depot, ID: id} }

func custodian(h contract.Holder) assets.Custodian {
	return assets.Custodian{Kind: assets.CustodianKind(h.Kind), ID: h.ID}
}

// evidence reads what one side leaves; nil when it leaves nothing.
func evidence(e *contract.Evidence) *assets.Evidence {
	if e == nil {
		return nil
	}
	out := assets.Evidence{Method: assets.Method(e.Method), MediaType: value(e.MediaType), Content: e.Content}
	if e.Sha256 != nil {
		out.Hash, _ = hex.DecodeString(*e.Sha256) // the contract has looked at it
	}
	return &out
}

func proof(p assets.Proof) contract.Proof {
	return contract.Proof{ID: p.ID, Side: contract.ProofSide(p.Side), AccountID: p.AccountID, Method: contract.ProofMethod(p.Method), At: p.At,
		MediaType: p.MediaType, Sha256: given(hex.EncodeToString(p.Hash)), Kept: p.MediaType != nil}
}

func depotTransfer(t assets.Transfer) contract.DepotTransfer {
	return contract.DepotTransfer{ID: t.ID, ItemID: t.ItemID, FromDepot: t.FromDepot, ToDepot: t.ToDepot, SentAt: t.SentAt, EndedAt: t.EndedAt, EndedIn: t.EndedIn}
}

func holding(h stock.Holding) contract.Holding {
	c := custody(h.Custody)
	c.Proofs = each(h.Proofs, proof)
	return contract.Holding{Item: item(h.Held), Custody: c, Confirmed: h.Confirmed()}
}

// itemDetail writes everything that is known of an item.
func itemDetail(x stock.Record) contract.ItemDetail {
	proofs := map[ids.ID][]contract.Proof{}
	for _, p := range x.Proofs {
		proofs[p.CustodyID] = append(proofs[p.CustodyID], proof(p))
	}
	return contract.ItemDetail{Item: item(x.Held),
		Custody: each(x.Chain, func(c assets.Custody) contract.Custody {
			out := custody(c)
			out.Proofs = proofs[c.ID]
			return out
		}),
		Journal: each(x.Journal, func(e assets.Entry) contract.ItemAct {
			return contract.ItemAct{ID: e.ID, Act: string(e.Act), State: contract.ItemState(e.State), At: e.At, ActorID: e.ActorID, CustodyID: e.CustodyID, Reason: e.Reason}
		}),
		Transfers: each(x.Transfers, depotTransfer),
		Repairs: each(x.Repairs, func(p assets.Repair) contract.Repair {
			return contract.Repair{ID: p.ID, Vendor: p.Vendor, Rma: p.RMA, Reason: p.Reason, SentAt: p.SentAt, DueOn: p.DueOn, EndedAt: p.EndedAt,
				Outcome: some(p.Outcome, func(s string) contract.RepairOutcome { return contract.RepairOutcome(s) })}
		}),
		Loans: each(x.Loans, func(l assets.Loan) contract.LoanTime {
			return contract.LoanTime{ID: l.ID, State: contract.LoanState(l.State), StartsAt: l.StartsAt, DueAt: l.DueAt}
		}),
	}
}
