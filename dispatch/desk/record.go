package desk

import (
	"context"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// Notices lists what people were told, newest first.
func (d *Desk) Notices(ctx context.Context, who access.Principal, f dispatch.NoticeFilter, p dispatch.Page) (list []dispatch.Notice, next string, err error) {
	err = d.read(ctx, who, access.NoticesRead, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListNotices(ctx, f, p)
		return err
	})
	return list, next, err
}

// NoticeAttempts gives the tries of a notice, oldest first. Code: "notice_not_found".
func (d *Desk) NoticeAttempts(ctx context.Context, who access.Principal, id ids.ID) (list []dispatch.Attempt, err error) {
	err = d.read(ctx, who, access.NoticesRead, func(tx dispatch.Tx) (err error) {
		if _, err = tx.Notice(ctx, id); err != nil {
			return err
		}
		list, err = tx.Attempts(ctx, id)
		return err
	})
	return list, err
}

// Items lists hardware with its holders.
func (d *Desk) Items(ctx context.Context, who access.Principal, f assets.Filter, limit int, after string) (list []assets.Held, next string, err error) {
	err = d.read(ctx, who, access.AssetsRead, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListItems(ctx, f, limit, after)
		return err
	})
	return list, next, err
}

// Models lists the makes of hardware.
func (d *Desk) Models(ctx context.Context, who access.Principal) (list []assets.Model, err error) {
	err = d.read(ctx, who, access.AssetsRead, func(tx dispatch.Tx) (err error) {
		list, err = tx.ListModels(ctx)
		return err
	})
	return list, err
}
