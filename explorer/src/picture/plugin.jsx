import { useGraphiQL } from "@graphiql/react";
import { lazy, Suspense } from "react";

const Picture = lazy(() => import("./Picture.jsx"));

const Icon = () => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
    <rect x="2.5" y="9" width="6" height="6" rx="1.2" />
    <rect x="15.5" y="2.5" width="6" height="6" rx="1.2" />
    <rect x="15.5" y="15.5" width="6" height="6" rx="1.2" />
    <path d="M8.5 12h3.5M12 5.5v13M12 5.5h3.5M12 18.5h3.5" />
  </svg>
);

function Pane() {
  const schema = useGraphiQL((state) => state.schema);
  return (
    <div className="picture-pane">
      {schema ? (
        <Suspense fallback="Drawing …">
          <Picture schema={schema}>
            <a href="/explorer/schema" target="_blank" rel="noreferrer">
              On a page of its own
            </a>
          </Picture>
        </Suspense>
      ) : (
        "There is no schema to draw yet."
      )}
    </div>
  );
}

/** The pane of the explorer that shows the schema as a picture; what draws it is loaded when it is opened. */
export const picturePlugin = { title: "Schema picture", icon: Icon, content: Pane };
