package dev.sandkeep.adapters.http.proxy;

import java.util.Objects;
import org.eclipse.jetty.client.ContinueProtocolHandler;
import org.eclipse.jetty.client.ProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpRequest;

/**
 * Takes the 100 Continue of a sandbox. The library's own handler takes every answer to a request that expects one, and
 * keeps its body until its end.
 */
final class ContinueHandler implements ProtocolHandler {

    private static final int CONTINUE = 100;

    @Override
    public String getName() {
        return ContinueProtocolHandler.NAME;
    }

    @Override
    public boolean accept(Request request, Response response) {
        return response.getStatus() == CONTINUE;
    }

    @Override
    public Response.Listener getResponseListener() {
        return new Response.Listener() {
            @Override
            public void onSuccess(Response response) {
                HttpConversation conversation = ((HttpRequest) response.getRequest()).getConversation();
                conversation.updateResponseListeners(null);
                Objects.requireNonNull(conversation.getExchanges().peekLast()).resetResponse();
                WithheldBody withheld = WithheldBody.find(response.getRequest());
                if (withheld != null) {
                    withheld.askFor();
                }
            }

            // The exchange goes on; its end is told to those who wait for the response proper.
            @Override
            public void onComplete(Result result) {}
        };
    }
}
