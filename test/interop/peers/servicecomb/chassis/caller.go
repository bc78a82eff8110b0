package main

import (
	"maps"
	"sync"

	"github.com/go-chassis/go-chassis/v2/core/handler"
	"github.com/go-chassis/go-chassis/v2/core/invocation"
)

// callerName is what the provider's chain calls the handler below; as an attribute of a request, who called.
const callerName = "note-caller"

// counts counts the calls that reached this provider past the handlers before `note-caller`, by operation.
type counts struct {
	lock sync.Mutex
	of   map[string]int
}

func newCounts() *counts { return &counts{of: map[string]int{}} }

func (c *counts) add(operation string) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.of[operation]++
}

func (c *counts) all() map[string]int {
	c.lock.Lock()
	defer c.lock.Unlock()
	return maps.Clone(c.of)
}

// callerHandler counts a call, and hands to the resource whom go-chassis holds for the caller.
type callerHandler struct{ received *counts }

func (h *callerHandler) Name() string { return callerName }

func (h *callerHandler) Handle(chain *handler.Chain, i *invocation.Invocation, answer invocation.ResponseCallBack) {
	h.received.add(i.OperationID)
	i.SetMetadata(callerName, i.SourceMicroService)
	chain.Next(i, answer)
}
