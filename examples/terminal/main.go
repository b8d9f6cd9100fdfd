// Command terminal debates line by line with a service:
//
//	DEBATE_URL=http://127.0.0.1:8080 DEBATE_KEY=… go run ./examples/terminal
package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"

	"connectrpc.com/connect"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

func main() {
	client := debatev1connect.NewDebateServiceClient(http.DefaultClient, cmp.Or(os.Getenv("DEBATE_URL"), "http://127.0.0.1:8080"))
	fmt.Println("State a view; an empty line ends the debate.")
	conversation := ""
	for lines := bufio.NewScanner(os.Stdin); lines.Scan() && lines.Text() != ""; {
		var err error
		if conversation, err = say(client, conversation, lines.Text()); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

// say takes a turn and prints the reply as it comes. It returns the conversation,
// which an empty id begins.
func say(client debatev1connect.DebateServiceClient, conversation, message string) (string, error) {
	request := connect.NewRequest(&debatev1.ChatStreamRequest{ConversationId: conversation, Message: message})
	request.Header().Set("X-API-Key", os.Getenv("DEBATE_KEY"))
	stream, err := client.ChatStream(context.Background(), request)
	if err != nil {
		return conversation, err
	}
	for stream.Receive() {
		m := stream.Msg()
		if s := m.GetStarted(); s != nil {
			conversation = s.GetConversation().GetId()
		}
		fmt.Print(m.GetDelta().GetText())
		if f := m.GetFinished(); f != nil {
			fmt.Println("\n[" + f.GetTurn().GetState().String() + "]")
		}
	}
	return conversation, stream.Err()
}
