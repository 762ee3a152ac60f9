package dev.sandkeep.testkit.contract;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Lets something happen before and after every call of an object, as if another thread had been quicker. */
final class Gaps {

    private Gaps() {}

    /** The object behind its interface, whose default methods are cut open as well. */
    static <T> T around(Class<T> type, T object, Runnable happening) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.isDefault()) {
                        return InvocationHandler.invokeDefault(proxy, method, arguments);
                    }
                    happening.run();
                    try {
                        Object result = method.invoke(object, arguments);
                        happening.run();
                        return result;
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                }));
    }
}
