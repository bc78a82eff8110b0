package main

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/examples/helloworld/helloworld"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// greeter is what the provider offers over gRPC.
type greeter struct {
	helloworld.UnimplementedGreeterServer
}

// SayHello answers with a greeting, the metadata that came and which instance this is, as JSON. Some names ask for
// something else: an empty one is an error without a status, `code:N` one with the status N, `sleep:N` waits for N
// milliseconds first.
func (greeter) SayHello(ctx context.Context, request *helloworld.HelloRequest) (*helloworld.HelloReply, error) {
	what, number, _ := strings.Cut(request.GetName(), ":")
	n, _ := strconv.Atoi(number)
	switch what {
	case "":
		return nil, errors.New("nobody to greet")
	case "code":
		return nil, status.Errorf(codes.Code(n), "refused with %d", n)
	case "sleep":
		select {
		case <-time.After(time.Duration(n) * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	came, _ := metadata.FromIncomingContext(ctx)
	text, err := json.Marshal(map[string]any{
		"greeting": "Hello " + request.GetName(), "metadata": came, "self": whoAmI(),
	})
	return &helloworld.HelloReply{Message: string(text)}, err
}
