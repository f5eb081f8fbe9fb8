/** The clients of the matrix. A new one is a driver in drivers/, its packages in that language's list, and a line here. */
import { goDriver, javaDriver, kcatDriver, nodeDriver, pythonDriver, type Command } from './install.ts';

export interface Client {
  /** Part of the names of its topics, and what `--client` takes. */
  id: string;
  /** The head of its column. */
  title: string;
  /** The command that starts its driver; throws `NotInstalled` when the machine cannot have it. */
  install(): Promise<Command>;
}

export const clients: Client[] = [
  { id: 'java', title: 'Java client', install: () => javaDriver('JavaDriver') },
  { id: 'tools', title: "Kafka's tools", install: () => javaDriver('ToolsDriver') },
  { id: 'kcat', title: 'kcat', install: kcatDriver },
  { id: 'confluent', title: 'confluent-kafka (Python)', install: () => pythonDriver('confluent_driver.py') },
  { id: 'kafka-python', title: 'kafka-python', install: () => pythonDriver('kafka_python_driver.py') },
  { id: 'aiokafka', title: 'aiokafka', install: () => pythonDriver('aiokafka_driver.py') },
  { id: 'kafkajs', title: 'kafkajs', install: () => nodeDriver('kafkajs.mjs', 'useful') },
  { id: 'platformatic', title: '@platformatic/kafka', install: () => nodeDriver('platformatic.mjs', 'needed') },
  { id: 'franz-go', title: 'franz-go', install: () => goDriver('franz-go') },
  { id: 'sarama', title: 'sarama', install: () => goDriver('sarama') },
];
