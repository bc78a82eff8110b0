package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-chassis/go-chassis/v2/client/rest"
	"github.com/go-chassis/go-chassis/v2/core"
	"github.com/go-chassis/go-chassis/v2/core/common"
	"google.golang.org/grpc/examples/helloworld/helloworld"
	"google.golang.org/grpc/status"
)

// call is what the consumer is told to call, and how often.
type call struct {
	Service  string `json:"service"`
	Protocol string `json:"protocol"`

	// of REST; the path with its query. A body that is a JSON string is sent as that text
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`

	// of gRPC, where the body is {"name": ...}
	Schema    string `json:"schema"`
	Operation string `json:"operation"`

	// what common.NewContext takes
	Context map[string]string `json:"context"`
	// of the balancer; what it is configured for when empty
	Strategy string `json:"strategy"`
	// what the instance has to be, which the router would choose
	Tags map[string]string `json:"tags"`

	// until as many calls were made, or for as long when that is more than zero
	Times       int `json:"times"`
	ForMs       int `json:"forMs"`
	Concurrency int `json:"concurrency"`
	// between two calls of one of those that run at once
	EveryMs int `json:"everyMs"`
}

// outcome is what became of one call. A status is there when there was an answer; of gRPC it is the code.
type outcome struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    string            `json:"body"`
	Error   string            `json:"error,omitempty"`
	// since the first call, when this began, and how long it took
	AtMs int64 `json:"atMs"`
	Ms   int64 `json:"ms"`
}

// make makes all calls; the outcomes are in the order in which they ended.
func (c *call) make() []outcome {
	var (
		outcomes []outcome
		lock     sync.Mutex
		workers  sync.WaitGroup
		begun    atomic.Int64
	)
	start := time.Now()
	more := func() bool {
		if c.ForMs > 0 {
			return time.Since(start) < time.Duration(c.ForMs)*time.Millisecond
		}
		return begun.Add(1) <= int64(max(c.Times, 1))
	}
	for range max(c.Concurrency, 1) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for more() {
				began := time.Now()
				came := c.once()
				came.AtMs, came.Ms = began.Sub(start).Milliseconds(), time.Since(began).Milliseconds()
				lock.Lock()
				outcomes = append(outcomes, came)
				lock.Unlock()
				time.Sleep(time.Duration(c.EveryMs) * time.Millisecond)
			}
		}()
	}
	workers.Wait()
	return outcomes
}

func (c *call) once() (came outcome) {
	// go-chassis panics where a strategy or a handler is unknown
	defer func() {
		if reason := recover(); reason != nil {
			came = outcome{Error: fmt.Sprintf("panic: %v", reason)}
		}
	}()
	// the invoker writes into the map
	ctx := common.NewContext(copyOf(c.Context))
	if c.Protocol == "grpc" {
		return c.onceByRPC(ctx)
	}
	return c.onceByREST(ctx)
}

func (c *call) options() []core.InvocationOption {
	var options []core.InvocationOption
	if c.Strategy != "" {
		options = append(options, core.WithStrategy(c.Strategy))
	}
	if len(c.Tags) > 0 {
		options = append(options, core.WithRouteTags(copyOf(c.Tags)))
	}
	return options
}

func (c *call) onceByREST(ctx context.Context) outcome {
	method := c.Method
	if method == "" {
		method = http.MethodGet
	}
	request, err := rest.NewRequest(method, "http://"+c.Service+c.Path, c.bytes())
	if err != nil {
		return outcome{Error: err.Error()}
	}
	for name, value := range c.Headers {
		request.Header.Set(name, value)
	}
	response, err := core.NewRestInvoker().ContextDo(ctx, request, c.options()...)
	came := outcome{}
	if response != nil {
		came.Status = response.StatusCode
		came.Headers = map[string]string{}
		for name, values := range lowerCased(response.Header) {
			came.Headers[name] = joined(values)
		}
	}
	if err == nil && response != nil && response.Body != nil {
		defer response.Body.Close()
		var text []byte
		text, err = io.ReadAll(response.Body)
		came.Body = string(text)
	}
	if err != nil {
		came.Error = err.Error()
	}
	return came
}

func (c *call) onceByRPC(ctx context.Context) outcome {
	schema, operation := c.Schema, c.Operation
	if schema == "" {
		schema = "helloworld.Greeter"
	}
	if operation == "" {
		operation = "SayHello"
	}
	request, reply := &helloworld.HelloRequest{}, &helloworld.HelloReply{}
	if len(c.Body) > 0 {
		if err := json.Unmarshal(c.Body, request); err != nil {
			return outcome{Error: err.Error()}
		}
	}
	options := append(c.options(), core.WithProtocol("grpc"))
	if err := core.NewRPCInvoker().Invoke(ctx, c.Service, schema, operation, request, reply, options...); err != nil {
		return outcome{Status: int(status.Code(err)), Error: err.Error()}
	}
	return outcome{Body: reply.GetMessage()}
}

func (c *call) bytes() []byte {
	text := ""
	if json.Unmarshal(c.Body, &text) == nil {
		return []byte(text)
	}
	return c.Body
}
