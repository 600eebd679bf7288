package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/field"
)

// OfferOptions works out what can be offered on site.
func (s *server) OfferOptions(ctx context.Context, r contract.OfferOptionsRequestObject) (contract.OfferOptionsResponseObject, error) {
	answer := func(v field.OfferView) contract.OfferOptions201JSONResponse {
		return contract.OfferOptions201JSONResponse(optionSet(v))
	}
	ctx = keep(ctx, func(v field.OfferView) visit { return answer(v).VisitOfferOptionsResponse })
	v, err := s.field.Offer(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// ChooseOption commits what the customer chose.
func (s *server) ChooseOption(ctx context.Context, r contract.ChooseOptionRequestObject) (contract.ChooseOptionResponseObject, error) {
	answer := func(v field.ChoiceView) contract.ChooseOption200JSONResponse {
		return contract.ChooseOption200JSONResponse(choiceMade(v))
	}
	ctx = keep(ctx, func(v field.ChoiceView) visit { return answer(v).VisitChooseOptionResponse })
	v, err := s.field.Choose(ctx, who(ctx), r.ID, field.NewChoice{OptionID: r.Body.OptionID, ChosenBy: r.Body.ChosenBy})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func optionSet(v field.OfferView) contract.OptionSet {
	t := v.Set
	return contract.OptionSet{
		ID: t.ID, VisitID: t.VisitID, State: contract.OptionSetState(t.State), OfferedBy: t.OfferedBy, OfferedAt: t.OfferedAt,
		ChosenID: t.ChosenID, ChosenAt: t.ChosenAt, ChosenBy: given(t.ChosenBy),
		Options: each(v.Options, func(o field.OptionView) contract.Option {
			out := option(o.Option)
			out.Outcome = some(o.Outcome, outcome)
			return out
		}),
	}
}

func option(o dispatch.Option) contract.Option {
	out := contract.Option{
		ID: o.ID, Position: o.Position, Code: o.Code, Name: o.Name, Duration: minutes(o.Minutes), EndState: o.EndState,
		Blocked: given(o.Blocked), ItemID: o.ItemID, FollowUpDate: named[string](o.FollowUpDate),
	}
	if o.FollowUpFrom != nil && o.FollowUpTo != nil {
		w := window(*o.FollowUpFrom, *o.FollowUpTo)
		out.FollowUpWindow = &w
	}
	return out
}

func choiceMade(v field.ChoiceView) contract.ChoiceMade {
	return contract.ChoiceMade{
		OptionSetID: v.Set.ID, VisitID: v.Set.VisitID, ChosenBy: v.Set.ChosenBy, ChosenAt: value(v.Set.ChosenAt), Option: option(v.Option),
		Outcome: outcome(v.Outcome), FollowUp: some(v.FollowUp, visitOf), FollowUpPromise: some(v.FollowUpPromise, promiseBrief),
		Reserved: some(v.Reserved, itemBrief), Given: some(v.Given, itemBrief), Taken: some(v.Taken, itemBrief),
	}
}

func itemBrief(i assets.Item) contract.ItemBrief {
	return contract.ItemBrief{ID: i.ID, ModelID: i.ModelID, Tag: i.Tag, Serial: i.Serial, State: contract.ItemState(i.State), OsVersion: i.OSVersion}
}
