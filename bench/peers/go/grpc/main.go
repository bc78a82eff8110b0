// Peer: grpc-go with the greeter of its examples, on one processor as the peers of Node.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/examples/helloworld/helloworld"
)

type greeter struct {
	helloworld.UnimplementedGreeterServer
}

func (greeter) SayHello(_ context.Context, request *helloworld.HelloRequest) (*helloworld.HelloReply, error) {
	return &helloworld.HelloReply{Message: "Hello " + request.GetName()}, nil
}

// serve takes calls at a port until the process is killed.
func serve(port string, failed chan<- error, opened chan<- struct{}) {
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		failed <- err
		return
	}
	server := grpc.NewServer()
	helloworld.RegisterGreeterServer(server, greeter{})
	opened <- struct{}{}
	failed <- server.Serve(listener)
}

func main() {
	ports := strings.Split(os.Getenv("PORT"), ",")
	failed, opened := make(chan error), make(chan struct{})
	for _, port := range ports {
		go serve(port, failed, opened)
	}
	for range ports {
		select {
		case <-opened:
		case err := <-failed:
			log.Fatal(err)
		}
	}
	fmt.Println("listening")
	log.Fatal(<-failed)
}
