import { Empty } from "../components/Empty";
import { href } from "../router";

export function UnknownPage() {
  return (
    <Empty title="There is no such page" action={<a className="button" href={href.submissions}>To the submissions</a>}>
      The address may be old, or misspelt.
    </Empty>
  );
}
