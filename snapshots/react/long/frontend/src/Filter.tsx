interface Props {
  counts: Record<string, number>;
  total: number;
  chosen: string;
  onChoose: (service: string) => void;
}

/** One service or, by the empty name, all of them; with how many calls each got. */
export function Filter({ counts, total, chosen, onChoose }: Props) {
  return (
    <fieldset>
      <legend>Service</legend>
      {["", ...Object.keys(counts).sort()].map((service) => (
        <label key={service}>
          <input type="radio" name="service" checked={service === chosen} onChange={() => onChoose(service)} />
          {service || "all"} <span>{service ? counts[service] : total}</span>
        </label>
      ))}
    </fieldset>
  );
}
